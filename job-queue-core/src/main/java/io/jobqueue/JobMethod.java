package io.jobqueue;

import java.io.Serializable;

/**
 * A reference to a {@code @Job} method, written as {@code OrderJobs::confirm}. It is
 * never called: its only use is its name and its types, so the compiler checks the
 * arguments of an enqueue. One shape per number of arguments; the shapes of
 * {@link WithContext} fit methods whose last parameter is a {@link JobContext}. For other
 * positions of the context, and for more than three arguments, enqueue by name.
 *
 * @since 0.1.0
 */
public interface JobMethod extends Serializable {

	/**
	 * A method without arguments.
	 *
	 * @param <T> the type that declares the method
	 */
	@FunctionalInterface
	interface Of0<T> extends JobMethod {

		/**
		 * Stand for the method; never called.
		 * @param bean the bean
		 * @throws Throwable anything
		 */
		void invoke(T bean) throws Throwable;

	}

	/**
	 * A method with one argument.
	 *
	 * @param <T> the type that declares the method
	 * @param <A> the type of the argument
	 */
	@FunctionalInterface
	interface Of1<T, A> extends JobMethod {

		/**
		 * Stand for the method; never called.
		 * @param bean the bean
		 * @param a the argument
		 * @throws Throwable anything
		 */
		void invoke(T bean, A a) throws Throwable;

	}

	/**
	 * A method with two arguments.
	 *
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 */
	@FunctionalInterface
	interface Of2<T, A, B> extends JobMethod {

		/**
		 * Stand for the method; never called.
		 * @param bean the bean
		 * @param a the first argument
		 * @param b the second argument
		 * @throws Throwable anything
		 */
		void invoke(T bean, A a, B b) throws Throwable;

	}

	/**
	 * A method with three arguments.
	 *
	 * @param <T> the type that declares the method
	 * @param <A> the type of the first argument
	 * @param <B> the type of the second argument
	 * @param <C> the type of the third argument
	 */
	@FunctionalInterface
	interface Of3<T, A, B, C> extends JobMethod {

		/**
		 * Stand for the method; never called.
		 * @param bean the bean
		 * @param a the first argument
		 * @param b the second argument
		 * @param c the third argument
		 * @throws Throwable anything
		 */
		void invoke(T bean, A a, B b, C c) throws Throwable;

	}

	/**
	 * The shapes of methods whose last parameter is a {@link JobContext}, which is not an
	 * argument of the enqueue.
	 */
	interface WithContext extends JobMethod {

		/**
		 * A method with a context only.
		 *
		 * @param <T> the type that declares the method
		 */
		@FunctionalInterface
		interface Of0<T> extends WithContext {

			/**
			 * Stand for the method; never called.
			 * @param bean the bean
			 * @param context the context
			 * @throws Throwable anything
			 */
			void invoke(T bean, JobContext context) throws Throwable;

		}

		/**
		 * A method with one argument and a context.
		 *
		 * @param <T> the type that declares the method
		 * @param <A> the type of the argument
		 */
		@FunctionalInterface
		interface Of1<T, A> extends WithContext {

			/**
			 * Stand for the method; never called.
			 * @param bean the bean
			 * @param a the argument
			 * @param context the context
			 * @throws Throwable anything
			 */
			void invoke(T bean, A a, JobContext context) throws Throwable;

		}

		/**
		 * A method with two arguments and a context.
		 *
		 * @param <T> the type that declares the method
		 * @param <A> the type of the first argument
		 * @param <B> the type of the second argument
		 */
		@FunctionalInterface
		interface Of2<T, A, B> extends WithContext {

			/**
			 * Stand for the method; never called.
			 * @param bean the bean
			 * @param a the first argument
			 * @param b the second argument
			 * @param context the context
			 * @throws Throwable anything
			 */
			void invoke(T bean, A a, B b, JobContext context) throws Throwable;

		}

	}

}
