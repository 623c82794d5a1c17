-- Say which jobs have not ended yet.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1..] the jobs
-- Returns how many wait or run, these, then those that are not here, but may be in another queue.
-- Cost: some commands for each job.

local reply, elsewhere = { 0 }, {}
for i = 1, #ARGV do
	if call('HEXISTS', JOBS, ARGV[i]) == 1 then
		if call('HEXISTS', DONE, ARGV[i]) == 0 then
			reply[#reply + 1] = ARGV[i]
		end
	elseif may_be_elsewhere(ARGV[i]) then
		elsewhere[#elsewhere + 1] = ARGV[i]
	end
end
reply[1] = #reply - 1
for i = 1, #elsewhere do
	reply[#reply + 1] = elsewhere[i]
end
return reply
