-- Store what the handlers of running jobs report.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  the node that runs them; a report of a job that it does not hold is ignored
-- ARGV[2..] job and report, in turn
-- Returns those of the jobs that may be in another queue.
-- Cost: two commands for each job.

local elsewhere = {}
for i = 2, #ARGV, 2 do
	if call('HEXISTS', HELD .. ARGV[1], ARGV[i]) == 1 then
		call('HSET', PROGRESS, ARGV[i], ARGV[i + 1])
	elseif may_be_elsewhere(ARGV[i]) then
		elsewhere[#elsewhere + 1] = ARGV[i]
	end
end
return elsewhere
