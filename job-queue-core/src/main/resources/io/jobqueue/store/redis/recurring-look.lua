-- Look which definitions of recurring jobs are due.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how many at most
-- Returns the time, when the next one becomes due (-1 for never), then name and value of each that is due (see
-- recurring-change).
-- Cost: O(log n) for each of them.

local DUE_NAMES = Q .. ':recurring-due'
local limit = tonumber(ARGV[1])
local due = limit > 0 and call('ZRANGEBYSCORE', DUE_NAMES, '-inf', text(now), 'LIMIT', 0, limit) or {}
local next = call('ZRANGEBYSCORE', DUE_NAMES, '(' .. text(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local reply = { now, #next > 0 and tonumber(next[2]) or -1 }
local values = read('HMGET', Q .. ':recurring', due)
for i = 1, #due do
	reply[i * 2 + 1] = due[i]
	reply[i * 2 + 2] = values[i]
end
return reply
