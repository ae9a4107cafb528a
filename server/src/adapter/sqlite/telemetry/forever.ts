/** Retention of the test workloads, whose data is dated as it suits them. */
export const forever = { metrics: { age: '100y' }, logs: { age: '100y' }, traces: { age: '100y' } }
