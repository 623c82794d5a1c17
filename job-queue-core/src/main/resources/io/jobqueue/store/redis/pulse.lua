-- Tell a node which of its jobs somebody wants to cancel.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the node
-- Returns the jobs.
-- Cost: O(1) if nobody wants that, which is nearly always.

local found = {}
if exists(CANCEL) then
	local jobs = call('SMEMBERS', CANCEL)
	local held = read('HMGET', HELD .. ARGV[1], jobs)
	for i = 1, #jobs do
		if held[i] then
			found[#found + 1] = jobs[i]
		end
	end
end
return found
