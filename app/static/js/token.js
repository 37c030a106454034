// What every form and every request of ours carries against forgery.

export const token = () => document.querySelector('meta[name="csrf-token"]').content;
