-- Say which queue the definition of a recurring job is in, before it is put there.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  the name of the definition
-- ARGV[2]  the queue
-- ARGV[3]  the queue it has been in, '' for none
-- Returns the queue it is in from now on: another one than ARGV[2] if somebody else was faster.
-- Cost: O(1).

local owner = redis.call('HGET', KEYS[1] .. ':recurring', ARGV[1]) or ''
if owner == ARGV[3] then
	redis.call('HSET', KEYS[1] .. ':recurring', ARGV[1], ARGV[2])
	owner = ARGV[2]
end
if owner == ARGV[2] then
	redis.call('SADD', KEYS[1] .. ':recurring-queues', owner)
end
return owner
