ALTER TABLE contacts ADD COLUMN customer_id TEXT;
UPDATE contacts SET customer_id = id;
ALTER TABLE contacts ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE contacts ADD FOREIGN KEY (store_id, customer_id) REFERENCES customers (store_id, id);
ALTER TABLE contacts DROP COLUMN seller_id;
CREATE INDEX contacts_customer ON contacts (store_id, customer_id, id);
