-- Take note that parts of intents were delivered, and forget these; with the last one, the intent. Its workflow gets another
-- version then, so that nobody goes on who has read it before.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1..] for each part: the id of the intent, its version, the number of the part, the numbers of the tasks that got jobs as
--          one I4 each, the number of the first job and of its queue
-- Returns 1.
-- Cost: some commands for each part.

while at < #ARGV do
	local id, version, part, numbers = take(), take(), take(), take()
	local first, queue = take_number(), take_number()
	local intent = INTENT .. id
	if call('HGET', intent, 'version') == version and call('HDEL', intent, part) == 1 then
		if numbers ~= '' then
			set_jobs(id, numbers, first, queue)
		end
		if call('HLEN', intent) == 1 then
			call('DEL', intent)
			call('ZREM', INTENTS, id)
			local value = call('HGET', WORKFLOWS, id)
			if value then
				call('HSET', WORKFLOWS, id, struct.pack('>I6', version_of(value) + 1) .. string.sub(value, 7))
			end
		end
	end
end
return 1
