package io.jobqueue.test.chaos;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

/**
 * The jobs of one run, past the store that is under test and past all proxies.
 */
interface ChaosStore extends AutoCloseable {

	ChaosServer server();

	/**
	 * Return what can happen to this store and its users.
	 */
	List<Fault.Kind> faults();

	/**
	 * Return whether what handlers and producers write commits together with their jobs.
	 */
	boolean isTransactional();

	/**
	 * Return the database of the ledger.
	 */
	DataSource ledger();

	/**
	 * Return where the jobs are, in the words of {@link StoreClient}.
	 */
	StoreClient.Address address();

	/**
	 * End connections.
	 * @param applications by what name they have introduced themselves
	 */
	void disconnect(Collection<String> applications);

	/**
	 * Return all jobs, by their keys.
	 */
	Map<Long, List<Ledger.Job>> jobs();

	/**
	 * Return the keys of the jobs that are leased to a node.
	 * @param node its name
	 */
	List<Long> leased(String node);

	/**
	 * Return how many jobs are not finished.
	 */
	long liveJobs();

	long leasesOfDeadNodes();

	/**
	 * Return the names of the nodes that are there, in order.
	 */
	List<String> nodes();

	/**
	 * Let the server write down from now on what {@link #readLeaseLog()} reads.
	 */
	void keepLeaseLog();

	LeaseLog readLeaseLog();

	/**
	 * Return what is unfinished, for people.
	 */
	List<String> leftovers();

	@Override
	void close();

}
