/**
 * Pictures and films of environments in Node: RGB frames, PNG, GIF, MP4, and the terminal.
 *
 * @module
 */
export { camera, type Camera, type CameraOptions } from './camera.ts';
export { type Film, type FilmOptions } from './film.ts';
export { png, rgbArray } from './frame.ts';
export { gif } from './gif.ts';
export { mp4 } from './mp4.ts';
export { terminalPicture, type TerminalColors, type TerminalPictureOptions } from './terminal.ts';
