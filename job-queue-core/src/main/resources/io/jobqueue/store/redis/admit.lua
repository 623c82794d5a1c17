-- Let a node claim from a queue, and say what it was given last.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the node, which is registered
-- Returns 1.
-- Cost: O(1).

call('SADD', NODES, ARGV[1])
return 1
