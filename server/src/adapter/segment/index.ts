/** Segment files: a bounded queue of requests on disk, for a process that sends them on. */
export { openDeadLetterFile } from './dead-letter-file.ts'
export { openSegmentLog, type SegmentLogOptions } from './segment-log.ts'
