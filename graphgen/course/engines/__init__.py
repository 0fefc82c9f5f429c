"""Autograd engines from scratch, small enough to read at one sitting, and what runs programs on
them."""
