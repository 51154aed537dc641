import { setFlagsFromString } from 'node:v8'

/**
 * Most of what the processes of tests run is run for a second or two: compiling it for speed took a fifth of their time.
 * Only what runs six times as long as by default is compiled so.
 */
setFlagsFromString('--interrupt-budget=400000')
