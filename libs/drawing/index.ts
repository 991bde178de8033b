/** The door of the drawing: from what a machine says about itself to the picture that people look at. */

export { drawMachine } from './draw.js';
