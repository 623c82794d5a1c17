-- Say which jobs have not ended yet.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1..] the jobs
-- Returns those that wait or run.
-- Cost: two commands for each job.

local live = {}
for i = 1, #ARGV do
	if call('HEXISTS', JOBS, ARGV[i]) == 1 and call('HEXISTS', DONE, ARGV[i]) == 0 then
		live[#live + 1] = ARGV[i]
	end
end
return live
