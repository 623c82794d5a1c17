package io.jobqueue.annotation;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

import io.jobqueue.JobContext;
import io.jobqueue.OnDuplicate;
import io.jobqueue.Unique;
import io.jobqueue.UniqueScope;
import io.jobqueue.handler.UniqueRule;

/**
 * The unique keys of a handler, by the expression of its annotation. The names in it are
 * checked at start, so that a slip of the pen does not wait for the first enqueue.
 */
final class UniqueExpression implements UniqueRule {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final SpelExpression expression;

	private final List<@Nullable String> names;

	private final Unique template;

	private final String method;

	private UniqueExpression(SpelExpression expression, List<@Nullable String> names, Unique template, String method) {
		this.expression = expression;
		this.names = names;
		this.template = template;
		this.method = method;
	}

	static @Nullable UniqueRule of(Job job, AttributeReader reader) {
		Duration duration = reader.duration("uniqueFor", job.uniqueFor());
		if (job.uniqueKey().isBlank()) {
			if (duration != null || job.uniqueScope() != UniqueScope.UNTIL_FINISHED
					|| job.onDuplicate() != OnDuplicate.SKIP) {
				throw reader.invalid("says how its jobs are unique, but not by what",
						"Set 'uniqueKey', for instance to \"" + Job.ALL_ARGUMENTS + "\"");
			}
			return null;
		}
		List<@Nullable String> names = argumentNames(reader.method());
		return new UniqueExpression(parse(job.uniqueKey(), names, reader), names, template(job, duration, reader),
				JobMethods.describe(reader.method()));
	}

	private static Unique template(Job job, @Nullable Duration duration, AttributeReader reader) {
		if (job.uniqueScope() == UniqueScope.FOR_DURATION && duration == null) {
			throw reader.invalid("holds its unique keys for a duration, but does not say for which", "Set 'uniqueFor'");
		}
		if (job.uniqueScope() == UniqueScope.WHILE_WAITING && duration != null) {
			throw reader.invalid("has both 'uniqueFor' and uniqueScope = WHILE_WAITING", "Remove one of them");
		}
		UniqueScope scope = (duration != null) ? UniqueScope.FOR_DURATION : job.uniqueScope();
		return reader.check("uniqueFor", "Correct 'uniqueFor'",
				() -> new Unique(null, scope, duration, job.onDuplicate()));
	}

	private static List<@Nullable String> argumentNames(Method method) {
		@Nullable String[] all = NAMES.getParameterNames(method);
		List<@Nullable String> names = new ArrayList<>();
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (method.getParameterTypes()[i] != JobContext.class) {
				names.add((all != null) ? all[i] : null);
			}
		}
		return names;
	}

	private static SpelExpression parse(String text, List<@Nullable String> names, AttributeReader reader) {
		SpelExpression expression;
		try {
			expression = PARSER.parseRaw(text);
		}
		catch (ParseException | IllegalStateException ex) {
			throw JobMethods.invalid(reader.method(), "has uniqueKey = '" + text + "', which is no expression",
					"Write an expression such as '#order.customerId'", ex);
		}
		Set<String> known = variables(names);
		Set<String> used = new LinkedHashSet<>();
		collectVariables(expression.getAST(), used);
		used.removeAll(known);
		used.removeAll(Set.of("#this", "#root"));
		if (!used.isEmpty()) {
			throw reader
				.invalid("has uniqueKey = '" + text + "', but there is no " + String.join(", ", used), "Use one of "
						+ known
						+ (names.contains(null) ? "; names of parameters need the compiler option -parameters" : ""));
		}
		return expression;
	}

	private static Set<String> variables(List<@Nullable String> names) {
		Set<String> variables = new LinkedHashSet<>();
		for (int i = 0; i < names.size(); i++) {
			if (names.get(i) != null) {
				variables.add("#" + names.get(i));
			}
			variables.add("#a" + i);
			variables.add("#p" + i);
		}
		variables.add(Job.ALL_ARGUMENTS);
		return variables;
	}

	private static void collectVariables(SpelNode node, Set<String> found) {
		if (node instanceof VariableReference) {
			found.add(node.toStringAST());
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			collectVariables(node.getChild(i), found);
		}
	}

	@Override
	public @Nullable Unique of(List<? extends @Nullable Object> arguments) {
		StandardEvaluationContext context = new StandardEvaluationContext();
		context.setVariable(Job.ALL_ARGUMENTS.substring(1), arguments);
		for (int i = 0; i < Math.min(arguments.size(), this.names.size()); i++) {
			context.setVariable("a" + i, arguments.get(i));
			context.setVariable("p" + i, arguments.get(i));
			String name = this.names.get(i);
			if (name != null) {
				context.setVariable(name, arguments.get(i));
			}
		}
		Object key = evaluate(context);
		return (key != null)
				? new Unique(key, this.template.scope(), this.template.duration(), this.template.onDuplicate()) : null;
	}

	private @Nullable Object evaluate(StandardEvaluationContext context) {
		try {
			return this.expression.getValue(context);
		}
		catch (EvaluationException ex) {
			// Without the cause, whose message may quote an argument.
			throw new IllegalArgumentException("The unique key '" + this.expression.getExpressionString() + "' of "
					+ this.method + " has no value for these arguments: " + ex.getMessage());
		}
	}

}
