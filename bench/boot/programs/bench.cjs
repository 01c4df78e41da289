// All that the bare Node.js runs.
process.stdout.write('bench: ready\n');
