// A gesture: what a hand makes of the schedule, drawn once a frame. Only what is seen is worked out in a frame; what is
// written follows apart from the frames, at most every 100 ms.
import { updateTable } from "./table.js";

const TEXT_EVERY = 100;

export class Gesture {
  constructor(app) {
    this.app = app;
  }
  begin() {
    this.kept = this.app.schedule;
  }
  // Work that makes a schedule, or null if it would be the same; `now` does not wait for the next frame.
  preview(work, now = false) {
    this.work = work;
    if (now) return this.draw();
    this.frame ||= requestAnimationFrame(() => this.draw());
  }
  draw() {
    this.frame = 0;
    const { app, work } = this;
    this.work = null;
    const made = work?.();
    if (!made) return;
    app.schedule = made;
    app.frameNow();
    app.chart.guideTo(app.heldHandle());
    this.drawn = true;
    this.writing ||= setInterval(() => this.drawn && this.write(), TEXT_EVERY);
  }
  write() {
    const { app } = this;
    this.drawn = false;
    const state = { ...app.state, text: String(app.schedule) };
    app.complaint = "";
    app.showText(state.text);
    const handle = app.heldHandle();
    if (handle) app.reading.readAt(handle.step, handle.rate);
    app.name(handle ? app.handles.indexOf(handle) : undefined);
    updateTable(app);
    app.onChange?.(state);
  }
  stop() {
    cancelAnimationFrame(this.frame);
    clearInterval(this.writing);
    this.frame = this.writing = 0;
    this.drawn = false;
    this.work = null;
  }
  // The end: one entry of the trail.
  end() {
    if (this.frame) this.draw();
    this.stop();
    this.kept = null;
    this.app.go({ ...this.app.state, text: String(this.app.schedule) });
    this.app.tell();
  }
  cancel() {
    this.stop();
    if (!this.kept) return;
    this.app.schedule = this.kept;
    this.kept = null;
    this.app.adopt(this.app.state);
  }
}
