/** The system that questions are asked about, as ../README.md tells of it, played into a real platform. */
export { type PlayedSystem, type PlayOptions, playSystem } from './play-system.ts'
