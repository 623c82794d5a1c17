package io.jobqueue.docs.shop;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class Secrets {

	@Bean
	SanitizingFunction sanitizingFunction() {
		return SanitizingFunction.sanitizeValue().ifLikelyCredential();
	}

}
