package io.jobqueue.annotation;

import java.lang.reflect.Method;
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

/**
 * An expression of an annotation over the arguments of a job. The names in it are checked
 * at start, so that a slip of the pen does not wait for the first enqueue.
 */
final class ArgumentExpression {

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final String attribute;

	private final SpelExpression expression;

	private final List<@Nullable String> names;

	private final String method;

	private ArgumentExpression(String attribute, SpelExpression expression, List<@Nullable String> names,
			String method) {
		this.attribute = attribute;
		this.expression = expression;
		this.names = names;
		this.method = method;
	}

	/**
	 * Parse an expression.
	 * @param attribute the attribute that it is the value of
	 * @param text the expression
	 * @param reader the annotation
	 */
	static ArgumentExpression parse(String attribute, String text, AttributeReader reader) {
		List<@Nullable String> names = argumentNames(reader.method());
		return new ArgumentExpression(attribute, parse(attribute, text, names, reader), names,
				JobMethods.describe(reader.method()));
	}

	private static List<@Nullable String> argumentNames(Method method) {
		@Nullable String[] all = NAMES.getParameterNames(method);
		List<@Nullable String> names = new ArrayList<>();
		for (int i = 0; i < method.getParameterCount(); i++) {
			if (!JobSignature.isSupplied(method.getParameters()[i])) {
				names.add((all != null) ? all[i] : null);
			}
		}
		return names;
	}

	private static SpelExpression parse(String attribute, String text, List<@Nullable String> names,
			AttributeReader reader) {
		SpelExpression expression;
		try {
			expression = PARSER.parseRaw(text);
		}
		catch (ParseException | IllegalStateException ex) {
			throw JobMethods.invalid(reader.method(), "has " + attribute + " = '" + text + "', which is no expression",
					"Write an expression such as '#order.customerId'", ex);
		}
		Set<String> known = variables(names);
		Set<String> used = new LinkedHashSet<>();
		collectVariables(expression.getAST(), used);
		used.removeAll(known);
		used.removeAll(Set.of("#this", "#root"));
		if (!used.isEmpty()) {
			throw reader.invalid("has " + attribute + " = '" + text + "', but there is no " + String
				.join(", ", used), "Use one of " + known
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

	/**
	 * Return the value for some arguments.
	 * @param arguments the arguments of a job
	 * @return the value, which may be {@code null}
	 */
	@Nullable Object evaluate(List<? extends @Nullable Object> arguments) {
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
		try {
			return this.expression.getValue(context);
		}
		catch (EvaluationException ex) {
			// Without the cause, whose message may quote an argument.
			throw new IllegalArgumentException("'" + this.attribute + "' = '" + this.expression.getExpressionString()
					+ "' of " + this.method + " has no value for these arguments: " + ex.getMessage());
		}
	}

}
