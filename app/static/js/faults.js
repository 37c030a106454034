// The first field that was refused comes into view and under the cursor.

document.querySelector('main [aria-invalid="true"]')?.focus();
