package io.jobqueue.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Compares the arguments of an enqueue with what a handler declares, so that a mistake
 * shows where it was made. Only classes are compared, and a whole number may stand for a
 * wider number, as JSON does not tell them apart; what else does not fit is found when
 * the arguments are read.
 */
final class ArgumentCheck {

	private static final List<Class<?>> NUMBERS = List.of(Byte.class, Short.class, Integer.class, Long.class,
			BigInteger.class, Float.class, Double.class, BigDecimal.class);

	private static final int LAST_WHOLE_NUMBER = NUMBERS.indexOf(BigInteger.class);

	private ArgumentCheck() {
	}

	static void check(ResolvedTarget target, List<? extends @Nullable Object> arguments) {
		List<Class<?>> types = target.argumentTypes();
		if (types == null) {
			return;
		}
		if (types.size() != arguments.size()) {
			throw new IllegalArgumentException("The handler '" + target.name() + "' takes " + types.size()
					+ " argument(s) " + types.stream().map(Class::getTypeName).toList() + ", not " + arguments.size());
		}
		for (int i = 0; i < types.size(); i++) {
			if (!fits(arguments.get(i), types.get(i))) {
				throw mismatch(target, i, types.get(i), arguments.get(i));
			}
		}
	}

	private static boolean fits(@Nullable Object argument, Class<?> type) {
		if (argument == null) {
			return !type.isPrimitive();
		}
		Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
		return boxed.isInstance(argument) || isWider(boxed, argument.getClass());
	}

	private static boolean isWider(Class<?> type, Class<?> argument) {
		int from = NUMBERS.indexOf(argument);
		return from >= 0 && from <= LAST_WHOLE_NUMBER && NUMBERS.indexOf(type) > from;
	}

	private static IllegalArgumentException mismatch(ResolvedTarget target, int index, Class<?> type,
			@Nullable Object argument) {
		return new IllegalArgumentException(
				"Argument " + (index + 1) + " of the handler '" + target.name() + "' must be a " + type.getTypeName()
						+ ", not " + ((argument != null) ? "a " + argument.getClass().getTypeName() : "null"));
	}

}
