package io.jobqueue.sample;

import java.io.IOException;
import java.io.InputStream;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

/**
 * Takes order files, and tells how far an order is. A file is accepted (202) when its
 * orders and their jobs are committed, or refused as a whole (422) with a list of its bad
 * rows.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private final Orders orders;

	private final OrderRepository repository;

	OrderController(Orders orders, OrderRepository repository) {
		this.orders = orders;
		this.repository = repository;
	}

	@PostMapping(consumes = "text/csv")
	@ResponseStatus(HttpStatus.ACCEPTED)
	Receipt upload(InputStream body) throws IOException {
		return this.orders.placeAll(OrderFile.read(body));
	}

	@PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	Receipt upload(@RequestParam MultipartFile file) throws IOException {
		try (InputStream content = file.getInputStream()) {
			return upload(content);
		}
	}

	@GetMapping("/{id}")
	OrderStatus order(@PathVariable String id) {
		return this.repository.findStatus(id)
			.orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such order"));
	}

	@ExceptionHandler
	ProblemDetail refuse(InvalidOrderFileException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT,
				"Nothing of the file was imported, because some of its rows are bad");
		problem.setProperty("badRows", ex.getBadRows());
		return problem;
	}

}
