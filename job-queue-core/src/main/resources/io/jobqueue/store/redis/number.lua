-- Return the number of a queue, and give it one if it has none.
--
-- KEYS[1]  the prefix of the registry
-- ARGV[1]  the name of the queue
-- ARGV[2]  how many queues there can be
-- Returns the number, or -1 if there are too many.
-- Cost: O(1).

local queues = KEYS[1] .. ':queues'
local number = redis.call('HGET', queues, ARGV[1])
if number then
	return tonumber(number)
end
local count = redis.call('HLEN', queues)
if count >= tonumber(ARGV[2]) then
	return -1
end
redis.call('HSET', queues, ARGV[1], count)
return count
