package io.jobqueue.store.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.store.StoredTask;
import io.jobqueue.store.StoredTask.Phase;

/**
 * Finds tasks of workflows. Questions about workflows in one slot are asked together, as
 * far as the answers do not become too large.
 */
final class WorkflowTasks {

	/** How many tasks one script returns at most. */
	private static final int AT_ONCE = 2000;

	private final ScriptRunner scripts;

	private final Registry registry;

	private final RedisOptions options;

	WorkflowTasks(ScriptRunner scripts, Registry registry, RedisOptions options) {
		this.scripts = scripts;
		this.registry = registry;
		this.options = options;
	}

	List<StoredTask> numbered(Map<Long, ? extends Collection<Integer>> numbers) {
		List<Question> questions = new ArrayList<>();
		numbers.forEach((workflow, all) -> {
			for (List<Integer> some : parts(all)) {
				Arguments arguments = new Arguments().add(workflow).add("I").add(some.size());
				some.forEach(arguments::add);
				questions.add(new Question(workflow, arguments, some.size()));
			}
		});
		return ask(questions);
	}

	List<StoredTask> named(long workflow, Collection<String> names) {
		List<Question> questions = new ArrayList<>();
		for (List<String> some : parts(names)) {
			Arguments arguments = new Arguments().add(workflow).add("N").add(some.size());
			some.forEach(arguments::add);
			questions.add(new Question(workflow, arguments, some.size()));
		}
		return ask(questions);
	}

	List<StoredTask> from(long workflow, int from, int limit) {
		List<StoredTask> found = new ArrayList<>();
		boolean hasMore = true;
		for (int next = from; hasMore && found.size() < limit; next += AT_ONCE) {
			int size = Math.min(AT_ONCE, limit - found.size());
			List<StoredTask> some = ask(
					List.of(new Question(workflow, new Arguments().add(workflow).add("F").add(next).add(size), size)));
			found.addAll(some);
			hasMore = some.size() == AT_ONCE;
		}
		return found;
	}

	List<StoredTask> in(Phase phase, Map<Long, Integer> limits) {
		String letter = phase.name().substring(0, 1);
		Map<Long, Integer> left = new LinkedHashMap<>(limits);
		Map<Long, Integer> last = new LinkedHashMap<>();
		List<StoredTask> found = new ArrayList<>();
		while (!left.isEmpty()) {
			List<Question> questions = new ArrayList<>();
			left.forEach((workflow, limit) -> {
				int size = Math.min(limit, AT_ONCE);
				questions.add(new Question(workflow,
						new Arguments().add(workflow).add(letter).add(last.getOrDefault(workflow, -1)).add(size),
						size));
			});
			Map<Long, Integer> counts = new LinkedHashMap<>();
			for (StoredTask task : ask(questions)) {
				found.add(task);
				last.put(task.workflow(), task.number());
				counts.merge(task.workflow(), 1, Integer::sum);
			}
			left.replaceAll((workflow, limit) -> (counts.getOrDefault(workflow, 0) < AT_ONCE) ? 0 : limit - AT_ONCE);
			left.values().removeIf((limit) -> limit <= 0);
		}
		return found;
	}

	private static <T> List<List<T>> parts(Collection<T> all) {
		List<T> list = List.copyOf(all);
		List<List<T>> parts = new ArrayList<>();
		for (int from = 0; from < list.size(); from += AT_ONCE) {
			parts.add(list.subList(from, Math.min(from + AT_ONCE, list.size())));
		}
		return parts;
	}

	private List<StoredTask> ask(List<Question> questions) {
		Map<Integer, List<List<Question>>> byHome = new LinkedHashMap<>();
		Map<Integer, Integer> sizes = new LinkedHashMap<>();
		for (Question question : questions) {
			int home = WorkflowIds.home(question.workflow);
			List<List<Question>> together = byHome.computeIfAbsent(home, (key) -> new ArrayList<>());
			if (together.isEmpty() || sizes.merge(home, question.size, Integer::sum) > AT_ONCE) {
				together.add(new ArrayList<>());
				sizes.put(home, question.size);
			}
			together.get(together.size() - 1).add(question);
		}
		return this.scripts.call((session) -> {
			Map<ScriptRunner.Call, List<Question>> calls = new LinkedHashMap<>();
			byHome.forEach((home, all) -> {
				String queue = this.registry.name(home);
				if (queue != null) {
					all.forEach((together) -> {
						Arguments arguments = new Arguments();
						together.forEach((question) -> arguments.addAll(question.arguments.values()));
						calls.put(session.start(Script.WORKFLOW_TASKS, this.options.queueKey(queue), arguments),
								together);
					});
				}
			});
			List<StoredTask> found = new ArrayList<>();
			calls.forEach((call, together) -> {
				Reply reply = call.await();
				together.forEach((question) -> read(reply, question.workflow, found));
			});
			return found;
		});
	}

	private static void read(Reply reply, long workflow, List<StoredTask> found) {
		for (int left = reply.count(); left > 0; left--) {
			found.add(StoredWorkflows.readTask(workflow, reply.count(), reply.bytes(), reply.bytes()));
		}
	}

	/**
	 * A question about a workflow.
	 *
	 * @param workflow the workflow
	 * @param arguments how scripts are asked
	 * @param size how many tasks the answer has at most
	 */
	private record Question(long workflow, Arguments arguments, int size) {
	}

}
