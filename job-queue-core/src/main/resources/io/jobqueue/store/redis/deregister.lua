-- Remove a node.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  the node
-- Returns 1, or 0 if it was not registered.
-- Cost: O(log n) of the nodes.

redis.call('HDEL', KEYS[1] .. ':described', ARGV[1])
return redis.call('ZREM', KEYS[1] .. ':nodes', ARGV[1])
