-- Say which queues the definitions of recurring jobs are in, before they are put there.
--
-- KEYS[1]  the prefix of the registry
-- ARGV     for each definition: its name, the queue, and the queue it has been in, '' for none
-- Returns for each definition the queue it is in from now on: another one than was said if somebody else was faster.
-- Cost: O(1) for each definition.

local owners = {}
for i = 1, #ARGV, 3 do
	local name, queue = ARGV[i], ARGV[i + 1]
	local owner = redis.call('HGET', KEYS[1] .. ':recurring', name) or ''
	if owner == ARGV[i + 2] then
		redis.call('HSET', KEYS[1] .. ':recurring', name, queue)
		owner = queue
	end
	if owner == queue then
		redis.call('SADD', KEYS[1] .. ':recurring-queues', owner)
	end
	owners[#owners + 1] = owner
end
return owners
