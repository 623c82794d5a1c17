-- Forget a move whose jobs have arrived.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  its number
-- ARGV[2]  the number of the move
-- Returns 1.
-- Cost: two commands for each job.

for _, job in ipairs(call('HKEYS', MOVE .. ARGV[2])) do
	local number, origin = string.match(job, '^(%d+)%.(%d+)$')
	if number then
		local name = tonumber(origin) == tonumber(ARGV[1]) and number or job
		-- It may have come back meanwhile, and gone again.
		if call('HGET', MOVING, name) == ARGV[2] then
			call('HDEL', MOVING, name)
		end
	end
end
call('DEL', MOVE .. ARGV[2])
call('ZREM', MOVES, ARGV[2])
return 1
