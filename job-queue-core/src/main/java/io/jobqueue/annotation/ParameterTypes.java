package io.jobqueue.annotation;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Resolves the types of parameters against the class of the bean, so that {@code T} or
 * {@code List<T>} of a generic base class becomes a type that JSON can be read as. Other
 * than Spring's resolution this one does not fall back to the bound of a variable, as
 * which JSON could be read but not as what was meant.
 */
final class ParameterTypes {

	private final Map<TypeVariable<?>, Type> variables = new HashMap<>();

	private ParameterTypes(Class<?> beanClass) {
		addVariablesOf(beanClass);
	}

	static Type resolve(Method method, int index, Class<?> beanClass) {
		Type declared = method.getGenericParameterTypes()[index];
		if (!hasVariable(declared)) {
			return declared;
		}
		Type resolved = new ParameterTypes(beanClass).resolve(declared);
		if (resolved == null) {
			throw JobMethods.invalid(method,
					"has a parameter of type " + declared.getTypeName() + ", which is not known for "
							+ beanClass.getName(),
					"Declare a type without variables, or let the class of the bean set them as in 'extends Base<Order>'");
		}
		return resolved;
	}

	private static boolean hasVariable(Type type) {
		if (type instanceof ParameterizedType parameterized) {
			return Arrays.stream(parameterized.getActualTypeArguments()).anyMatch(ParameterTypes::hasVariable);
		}
		if (type instanceof WildcardType wildcard) {
			return Arrays.stream(wildcard.getUpperBounds()).anyMatch(ParameterTypes::hasVariable)
					|| Arrays.stream(wildcard.getLowerBounds()).anyMatch(ParameterTypes::hasVariable);
		}
		return type instanceof TypeVariable
				|| (type instanceof GenericArrayType array && hasVariable(array.getGenericComponentType()));
	}

	private void addVariablesOf(@Nullable Class<?> type) {
		if (type != null) {
			add(type.getGenericSuperclass());
			Arrays.stream(type.getGenericInterfaces()).forEach(this::add);
			addVariablesOf(type.getSuperclass());
			Arrays.stream(type.getInterfaces()).forEach(this::addVariablesOf);
		}
	}

	private void add(@Nullable Type parent) {
		if (parent instanceof ParameterizedType parameterized) {
			TypeVariable<?>[] parameters = ((Class<?>) parameterized.getRawType()).getTypeParameters();
			for (int i = 0; i < parameters.length; i++) {
				Type argument = resolve(parameterized.getActualTypeArguments()[i]);
				if (argument != null) {
					this.variables.put(parameters[i], argument);
				}
			}
		}
	}

	private @Nullable Type resolve(Type type) {
		if (!hasVariable(type)) {
			return type;
		}
		if (type instanceof ParameterizedType parameterized) {
			return resolveArguments(parameterized);
		}
		if (type instanceof WildcardType wildcard) {
			return resolve(wildcard.getUpperBounds()[0]);
		}
		if (type instanceof GenericArrayType array) {
			// Only the array of a plain class can be made without a class of our own;
			// nobody needs the other.
			return (resolve(array.getGenericComponentType()) instanceof Class<?> component) ? component.arrayType()
					: null;
		}
		return this.variables.get(type);
	}

	private @Nullable Type resolveArguments(ParameterizedType type) {
		Type[] declared = type.getActualTypeArguments();
		ResolvableType[] resolved = new ResolvableType[declared.length];
		for (int i = 0; i < declared.length; i++) {
			Type argument = resolve(declared[i]);
			if (argument == null) {
				return null;
			}
			resolved[i] = ResolvableType.forType(argument);
		}
		return ResolvableType.forClassWithGenerics((Class<?>) type.getRawType(), resolved).getType();
	}

}
