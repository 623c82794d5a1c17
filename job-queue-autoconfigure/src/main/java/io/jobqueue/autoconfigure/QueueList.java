package io.jobqueue.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.jobqueue.JobNames;

/**
 * The value of a {@code queues} property: names in strict order, or names with weights.
 *
 * @param weights the queues with their weights, in the order of the property; all 1 if
 * they are in strict order
 * @param isWeighted whether queues are chosen by weight
 */
record QueueList(Map<String, Integer> weights, boolean isWeighted) {

	private static final int MAX_WEIGHT = 1000;

	static QueueList parse(String property, List<String> entries) {
		Map<String, Integer> weights = new LinkedHashMap<>();
		List<String> named = new ArrayList<>();
		for (String entry : entries) {
			int equals = entry.indexOf('=');
			String name = ((equals < 0) ? entry : entry.substring(0, equals)).trim();
			PropertyCheck.make(property, entry, () -> JobNames.requireValid("queue name", name));
			if (equals < 0) {
				named.add(name);
			}
			int weight = (equals < 0) ? 1 : weight(property, entry, entry.substring(equals + 1).trim());
			PropertyCheck.check(weights.put(name, weight) == null, property, entries,
					"Name queue '" + name + "' only once");
		}
		PropertyCheck.check(named.isEmpty() || named.size() == entries.size(), property, entries,
				"Either give every queue a weight, as in 'critical=6,default=3', or none, for strict order; without"
						+ " weight are " + named);
		return new QueueList(weights, named.isEmpty());
	}

	private static int weight(String property, String entry, String text) {
		try {
			int weight = Integer.parseInt(text);
			PropertyCheck.check(weight >= 1 && weight <= MAX_WEIGHT, property, entry,
					"Set the weight from 1 to " + MAX_WEIGHT);
			return weight;
		}
		catch (NumberFormatException ex) {
			throw PropertyCheck.invalid(property, entry,
					"Write a weight as a whole number, as in 'critical=6', or leave out '=' for strict order");
		}
	}

}
