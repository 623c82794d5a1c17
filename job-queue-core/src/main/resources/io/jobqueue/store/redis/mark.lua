-- Store what the handlers of running jobs report.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the node that runs them; a report of a job that it does not hold is ignored
-- ARGV[2..] job and report, in turn
-- Returns the number of reports stored.
-- Cost: two commands for each job.

local stored = 0
for i = 2, #ARGV, 2 do
	if call('HEXISTS', HELD .. ARGV[1], ARGV[i]) == 1 then
		call('HSET', PROGRESS, ARGV[i], ARGV[i + 1])
		stored = stored + 1
	end
end
return stored
