"""What can be refused without a look at stored rows; doors ask before services do."""
