-- Return what nodes hold.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how many jobs of each node at most
-- ARGV[2..] the nodes
-- Returns for each node the list of its jobs.
-- Cost: O(1) for each job.

local reply = {}
for i = 2, #ARGV do
	local held = HELD .. ARGV[i]
	reply[#reply + 1] = call('HLEN', held) <= tonumber(ARGV[1]) and call('HKEYS', held)
		or call('HRANDFIELD', held, ARGV[1])
end
return reply
