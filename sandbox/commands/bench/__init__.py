"""What a deployment costs, beside a bare program of the same Action and binding."""
