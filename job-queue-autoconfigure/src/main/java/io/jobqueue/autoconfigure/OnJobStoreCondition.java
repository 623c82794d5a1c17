package io.jobqueue.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Looks which store is chosen, when the beans of the other auto-configurations are known.
 */
class OnJobStoreCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		JobStoreType type = metadata.getAnnotations()
			.get(ConditionalOnJobStore.class)
			.getEnum("value", JobStoreType.class);
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnJobStore.class, "(" + type + ")");
		JobStoreSelection selection = JobStoreSelection.of(named(context.getEnvironment()),
				JobStoreCandidate.all(context.getBeanFactory(), context.getClassLoader()));
		if (selection.selected() == type) {
			return ConditionOutcome.match(message.because("this store is chosen"));
		}
		return ConditionOutcome.noMatch(message
			.because((selection.selected() != null) ? selection.selected() + " is chosen" : selection.problem()));
	}

	static @Nullable JobStoreType named(Environment environment) {
		return Binder.get(environment).bind("job-queue.store", JobStoreType.class).orElse(null);
	}

}
