"""What comes in and what goes out; never one serializer for both."""
