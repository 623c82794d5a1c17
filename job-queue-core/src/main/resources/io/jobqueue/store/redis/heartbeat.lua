-- Note that a node is alive.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  the node
-- Returns 1, or 0 if it is not registered.
-- Cost: O(log n) of the nodes.

local nodes = KEYS[1] .. ':nodes'
if not redis.call('ZSCORE', nodes, ARGV[1]) then
	return 0
end
local clock = redis.call('TIME')
redis.call('ZADD', nodes, string.format('%.0f', clock[1] * 1000 + math.floor(clock[2] / 1000)), ARGV[1])
return 1
