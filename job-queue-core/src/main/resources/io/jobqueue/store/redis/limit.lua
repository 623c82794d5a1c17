-- Set or remove a limit, and let through whoever may go now.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  'queue', or 'handler:' or 'key:' and the name of a handler
-- ARGV[2]  the limit as JSON: max, permits, period, rate (per second), burst, and hand if it goes before what a configuration
--          says; '' to remove it
-- ARGV[3]  '1' if it is set by hand; otherwise one that was is left alone
-- Returns 1.
-- Cost: some commands for each of up to 10,000 jobs that wait at gates.

local kept = call('HGET', LIMITS, ARGV[1])
if kept and ARGV[3] ~= '1' and cjson.decode(kept).hand then
	return 0
end
if ARGV[2] == '' then
	call('HDEL', LIMITS, ARGV[1])
else
	call('HSET', LIMITS, ARGV[1], ARGV[2])
end
local seen = {}
for _, job in ipairs(call('ZRANGE', PARKED, 0, 9999)) do
	local gate = call('HGET', LIMITED, job)
	if not seen[gate] then
		seen[gate] = true
		admit(gate)
	end
end
return 1
