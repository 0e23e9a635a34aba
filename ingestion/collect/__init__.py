"""From the landing zone into `raw`: deliveries are registered, archived and copied."""
