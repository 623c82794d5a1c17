-- Note where jobs of this queue go that are moved from another queue to a third, each move once.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the number of the queue that they go to
-- ARGV[2]  the number of the queue that they come from
-- ARGV[3]  the number of the move there
-- ARGV[4..] the jobs
-- Returns 1, or 0 if the move was noted before.
-- Cost: two commands for each job.

local arrival = ARGV[2] .. ':' .. ARGV[3]
if call('ZSCORE', ARRIVED, arrival) then
	return 0
end
for i = 4, #ARGV do
	call('HSET', MOVED, ARGV[i], ARGV[1] .. ':' .. arrival)
	call('ZADD', STRAYS, text(now), ARGV[i])
end
call('ZADD', ARRIVED, text(now), arrival)
return 1
