"""An invented region: staff, policies, appeals of the last sixty days. No real person or clinic."""
