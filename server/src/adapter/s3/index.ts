/** S3 and what speaks like it: whole objects in a bucket. */
export { S3Config } from './config.ts'
export { createS3ObjectStore, type S3Options } from './object-store.ts'
