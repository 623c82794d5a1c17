-- Remove finished workflows with their tasks.
--
-- KEYS[1]  the prefix of the queue
-- ARGV[1]  how many milliseconds ago they must have ended
-- ARGV[2]  how many at most
-- Returns how many were removed.
-- Cost: some commands for each workflow.

local old = call('ZRANGEBYSCORE', ENDED, '-inf', '(' .. text(now - ARGV[1]), 'LIMIT', 0, ARGV[2])
local removed = 0
for _, id in ipairs(old) do
	if not call('ZSCORE', INTENTS, id) then
		local _, _, _, length = struct.unpack(WORKFLOW_HEAD, call('HGET', WORKFLOWS, id))
		local state = string.sub(call('HGET', WORKFLOWS, id), WORKFLOW_HEAD_SIZE + 1, WORKFLOW_HEAD_SIZE + length)
		call('ZREM', IDS .. ':' .. state, id)
		call('ZREM', IDS, id)
		call('ZREM', ENDED, id)
		call('ZREM', TIMEOUTS, id)
		call('HDEL', WORKFLOWS, id)
		call('HDEL', CONTENTS, id)
		call('UNLINK', TASK_CONTENTS .. id, TASK_STATUSES .. id, TASK_NAMES .. id, LINES.R .. id, LINES.L .. id)
		removed = removed + 1
	end
end
return removed
