/** Told of longer ago, in seconds, a figure is marked: readings that old are not decided by unless set otherwise. */
export const silentSeconds = 300
