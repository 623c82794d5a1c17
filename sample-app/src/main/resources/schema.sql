create table if not exists customer_order (
	id text primary key,
	ordered_on date not null,
	customer text not null,
	email text not null,
	product text not null,
	quantity integer not null,
	unit_price numeric(11, 2) not null,
	currency char(3) not null,
	imported_at timestamptz not null default now()
);

-- A second mail for an order is not excluded: to confirm one happens at least once.
create table if not exists mail (
	id bigint generated always as identity primary key,
	order_id text not null references customer_order,
	recipient text not null,
	subject text not null,
	sent_at timestamptz not null default now()
);

create index if not exists mail_order on mail (order_id);

-- A second invoice for an order is not excluded either. In your application it should be;
-- here it would hide what the transactional job is for.
create table if not exists invoice (
	number bigint generated always as identity primary key,
	order_id text not null references customer_order,
	job_id bigint not null,
	amount numeric(18, 2) not null,
	currency char(3) not null,
	created_at timestamptz not null default now()
);

create index if not exists invoice_order on invoice (order_id);

-- What a bank has booked, each order once.
create table if not exists payment (
	order_id text primary key references customer_order,
	amount numeric(18, 2) not null,
	currency char(3) not null,
	booked_at timestamptz not null default now()
);

create table if not exists delivery (
	order_id text primary key references customer_order,
	reserved integer not null default 0,
	state text not null default 'OPEN' check (state in ('OPEN', 'SHIPPED', 'FAILED'))
);
