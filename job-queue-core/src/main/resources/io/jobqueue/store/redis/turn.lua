-- Take the turn in what one process at a time may do, or give it back.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  who
-- ARGV[2]  for how many milliseconds at most, or 0 to give it back
-- Returns 1 if that was possible, otherwise 0.
-- Cost: O(1).

local turn = KEYS[1] .. ':pruning'
if ARGV[2] == '0' then
	return redis.call('GET', turn) == ARGV[1] and redis.call('DEL', turn) or 0
end
return redis.call('SET', turn, ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0
