-- Forget where jobs are that were moved away and are there no more.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1..] job and where it was, in turn; one that is elsewhere by now is left alone
-- Returns 1.
-- Cost: some commands for each job.

for i = 1, #ARGV, 2 do
	if call('HGET', MOVED, ARGV[i]) == ARGV[i + 1] then
		call('HDEL', MOVED, ARGV[i])
		call('ZREM', STRAYS, ARGV[i])
	end
end
return 1
